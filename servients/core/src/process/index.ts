export { type Program, type ProgramContext, type RunningProgram, runProgram } from "./program";
export {
  type ChildSpec,
  type ChildState,
  type ChildStatus,
  Supervisor,
  type SupervisorOptions,
} from "./supervisor";
