export { type AnsweredRequest, type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
export { createWorld, type World, type WorldAccount, type WorldOptions, type WorldProject } from "./world.ts";
