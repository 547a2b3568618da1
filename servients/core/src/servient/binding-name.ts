/** The protocol bindings every Thing is offered over. */
export type BindingName = "http" | "coap" | "mqtt";

/** In order of preference: HTTP is the default. */
export const BINDING_NAMES: readonly BindingName[] = ["http", "coap", "mqtt"];
