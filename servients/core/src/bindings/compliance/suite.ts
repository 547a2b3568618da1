import { type BindingCapabilities, STRICTEST } from "./binding-under-test";
import type { CellGroup } from "./cell";
import { actionCells } from "./cells/actions";
import { asyncActionCells } from "./cells/async-actions";
import { basicCells } from "./cells/basics/affordances";
import { basicThingCells } from "./cells/basics/whole-things";
import { formCells } from "./cells/forms";
import { lifecycleCells } from "./cells/lifecycle";
import { notificationCells } from "./cells/notifications";
import { propertyCells } from "./cells/properties";
import { propertySetCells } from "./cells/property-sets";
import { robustnessCells } from "./cells/robustness";
import { wholeSubscriptionCells } from "./cells/whole-subscriptions";

/** Every cell a binding has to pass that claims what `claims` say, in the order they are tried. */
export function cellGroups(claims: Partial<BindingCapabilities> = {}): CellGroup[] {
  const capabilities = { ...STRICTEST, ...claims };
  return [
    propertyCells(capabilities),
    propertySetCells(),
    actionCells(capabilities),
    asyncActionCells(),
    notificationCells(capabilities),
    wholeSubscriptionCells(capabilities),
    formCells(capabilities),
    lifecycleCells(capabilities),
    basicCells(capabilities),
    basicThingCells(),
    robustnessCells(),
  ];
}

/** The cell of each row that is fair to any implementation of node-wot's interfaces. */
export function basicGroups(claims: Partial<BindingCapabilities> = {}): CellGroup[] {
  return [basicCells({ ...STRICTEST, ...claims }), basicThingCells()];
}
