import { type Context, NODE, prefixes, SET, spelt, term, typed } from "./terms";

/** What a directory adds to a Thing Description: W3C WoT Discovery, section 7.2. */
export const DISCOVERY: Context = {
  ...prefixes("discovery"),
  ...spelt("discovery", ["ThingDirectory", "ThingLink", "ThingCollection"], NODE),
  next: term("discovery:nextThingCollection", NODE),
  total: term("discovery:contains", typed("xsd:integer")),
  members: term("discovery:hasCollectionMember", { ...NODE, ...SET }),
  registration: {
    ...term("discovery:hasRegistrationInformation", NODE),
    "@context": {
      ...spelt("discovery", ["RegistrationInformation"], NODE),
      created: term("discovery:dateCreated", typed("xsd:dateTime")),
      modified: term("discovery:dateModified", typed("xsd:dateTime")),
      ...spelt("discovery", ["expires", "retrieved"], typed("xsd:dateTime")),
      ...spelt("discovery", ["ttl"], typed("xsd:unsignedInt")),
    },
  },
};

/** Services of a DID document that lead to Things. */
export const DISCOVERY_DID: Context = {
  ...prefixes("discovery"),
  WotDirectory: term("discovery:WotDirectoryDIDService", NODE),
  WotThing: term("discovery:WotThingDIDService", NODE),
};
