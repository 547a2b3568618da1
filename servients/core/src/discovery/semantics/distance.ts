/** WGS 84, degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius of the earth (IUGG). */
const earthRadiusM = 6_371_008.8;

/** Great-circle distance, by the haversine formula: exact to half a percent. */
export function distanceM(a: Point, b: Point): number {
  const latitude = haversine(b.latitude - a.latitude);
  const longitude = haversine(b.longitude - a.longitude);
  const h = latitude + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * longitude;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}

function haversine(degrees: number): number {
  return Math.sin(radians(degrees) / 2) ** 2;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
