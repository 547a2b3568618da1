export { BINDING_NAMES, type BindingName } from "./binding-name";
export { bindingsOf, pinBinding } from "./pin-binding";
