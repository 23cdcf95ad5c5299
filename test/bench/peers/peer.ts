/** What a JavaScript peer is: its programs by the name of the row, each giving the ns of `n` operations. */
export type Programs = Readonly<Record<string, (n: number) => Promise<number>>>;

export interface Peer {
  readonly programs: Programs;
  /** Ends what it runs on. */
  close(): Promise<void>;
}
