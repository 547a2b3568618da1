/**
 * Prints the temperature of every sensor of the site that has one.
 *
 *   fogwot run mashups/examples/read-temperature.ts
 *
 * Nothing here knows how a sensor is reached: a device on another radio appears by itself.
 */
const sensors = things.filter((td) => td.properties?.temperature !== undefined);

for (const td of sensors) {
  const sensor = await things.consume(td);
  try {
    // What the fog node knows already; the sensor itself is not asked.
    const temperature = await (await sensor.readProperty("temperature")).value();
    console.log(`${td.title}: ${Number(temperature).toFixed(1)} °C`);
  } catch (error) {
    console.log(`${td.title}: no reading yet (${(error as Error).message})`);
  }
}
