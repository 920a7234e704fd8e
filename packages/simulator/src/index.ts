export { type AnsweredRequest, type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
export { DOCUMENTED_LIMIT, type Limit, parseLimit, type ThrottleOptions } from "./throttle.ts";
export { createWorld, type World, type WorldAccount, type WorldOptions, type WorldProject } from "./world.ts";
