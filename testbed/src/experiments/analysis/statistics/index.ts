export { binomialCdf, normalCdf, normalQuantile, tCdf, tQuantile } from "./distributions";
export {
  type BootstrapOptions,
  bootstrap,
  type Estimate,
  mean,
  meanInterval,
  pairedDifference,
  pairedRatio,
} from "./intervals";
export { experimentSizing, type Sizing, type Variability, variability } from "./sizing";
export { midRanks, type SignedRankTest, signedRankTest } from "./wilcoxon";
