/** WebAssembly processors on a fog node: fed by its devices, acting on them, told of by its Node Thing. */
export type { DeviceAccess } from "./device-access";
export { NodeProcessors, type NodeProcessorsOptions } from "./node-processors";
