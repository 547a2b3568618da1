export {
  DeviceFaultError,
  DeviceTimeoutError,
  DeviceUnreachableError,
  DriverUnavailableError,
} from "./device-errors";
export { FogwotError, type FogwotErrorOptions, type ProblemDetails } from "./fogwot-error";
export {
  InteractionAbortedError,
  InteractionError,
  InteractionTimeoutError,
  UnreachableError,
} from "./interaction-errors";
export { isProblemDetails, toFogwotError } from "./problem";
export { ProcessorProblemError } from "./processor-problem";
export { RemoteError } from "./remote-error";
export {
  ForbiddenError,
  InputError,
  InternalError,
  type Mismatch,
  NotAcceptableError,
  NotFoundError,
  OperationNotAllowedError,
  OverloadedError,
  PayloadTooLargeError,
  StartingError,
  TooManyRequestsError,
  UnauthorizedError,
  UnsupportedMediaTypeError,
} from "./request-errors";
export {
  ChildProcessError,
  ConfigError,
  InsecureBindError,
  PortInUseError,
  WaitTimeoutError,
} from "./setup-errors";
export { wantedOf } from "./wanted";
