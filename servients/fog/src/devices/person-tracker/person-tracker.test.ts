import { describeDevice } from "../compliance";

describeDevice("person-tracker");
