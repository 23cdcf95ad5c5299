/** The functions on tasks under Elixir's words, `Task.await` and the like. `task` and `taskSupervisor` define. */
export {
  async,
  asyncNolink,
  awaitMany,
  awaitTask as await,
  shutdown,
  spec,
  yieldTask as yield,
} from "./task.js";
export { type Handle, type Outcome, TaskError } from "./taskMessages.js";
export { asyncStream, type StreamOptions } from "./taskStream.js";
