export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
export { createWorld, type World, type WorldOptions } from "./world.ts";
