export { BODY_FAULTS, HOSTILE_STRINGS } from "./body-faults.ts";
export { type FaultProfile, parseFaultProfile } from "./faults.ts";
export { type AnsweredRequest, type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
export { DOCUMENTED_LIMIT, type Limit, parseLimit, type ThrottleOptions } from "./throttle.ts";
export { WIRE_FAULTS } from "./wire-faults.ts";
export { createWorld, type World, type WorldAccount, type WorldOptions, type WorldProject } from "./world.ts";
