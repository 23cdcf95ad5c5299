/** Commands that talk to a running node: a node of their own, hidden and unlisted, for as long as it takes. */
import { nanoid } from "nanoid";
import { type Node, startNode } from "../boot.js";
import { parseNodeName } from "../names.js";
import { tlsOption } from "../security.js";
import { readSettings } from "../settings.js";

/** Options that all of them take. */
export const CLIENT_OPTIONS = {
  cookie: { type: "string" },
  epmd: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "tls-ca": { type: "string" },
  "tls-name": { type: "string" },
  config: { type: "string" },
} as const;

export const CLIENT_USAGE = `  --cookie C        the cluster's cookie (RINGBEAM_COOKIE; default: ~/.ringbeam.cookie)
  --epmd HOST:PORT  where epmd is (RINGBEAM_EPMD; default: 127.0.0.1:4369)
  --tls-cert FILE, --tls-key FILE, --tls-ca FILE, --tls-name NAME
                    as for \`ringbeam node\`, where the node talks TLS (RINGBEAM_TLS_CERT, ...)
  --config FILE     JSON with the same keys (default: ringbeam.json, if it is there)
  --help            this text`;

interface ClientFlags {
  readonly cookie?: string;
  readonly epmd?: string;
  readonly "tls-cert"?: string;
  readonly "tls-key"?: string;
  readonly "tls-ca"?: string;
  readonly "tls-name"?: string;
  readonly config?: string;
}

/** Connects with `target`, lets `use` work, and leaves. Rejects with ConnectError if there is no connection. */
export async function withNode<T>(
  target: string,
  flags: ClientFlags,
  use: (node: Node) => Promise<T>,
): Promise<T> {
  const { host } = parseNodeName(target);
  const settings = readSettings(flags);
  const { cookie, epmd } = settings;
  const name = `cli-${nanoid(10)}@${host}`;
  const connection = {
    ...tlsOption(settings),
    ...(cookie !== undefined && { cookie }),
    ...(epmd !== undefined && { epmd }),
  };
  const node = await startNode({ name, schedulers: 0, unlisted: true, ...connection });
  try {
    await node.connect(target);
    return await use(node);
  } finally {
    await node.stop();
  }
}
