/** Who may do what with which Thing: the same rules over every binding. */
export type {
  Access,
  AccessRequest,
  AffordanceFolder,
  Credentials,
  Principal,
} from "./access";
