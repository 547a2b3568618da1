export { type Exchange, Link, type LinkCounters, type LinkOptions, stationaryBad } from "./link";
export {
  type GilbertElliott,
  LINK_SETTINGS_SCHEMA,
  type LinkSettings,
  PERFECT_LINK,
} from "./settings";
