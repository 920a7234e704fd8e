/** Is told what the calls of a network do. It may not throw. */
export interface CallWatcher {
  /** A call waits for its turn, which it may have at once. */
  waits(): void;
  /** It waits no more: it has its turn, or was given up. */
  waited(): void;
  /** A call of an operation is made. */
  begins(operation: string): void;
  /** It is over, with so many bytes of a body, unpacked. */
  ends(bytes: number): void;
  /** A refusal closed a lane for so long: until then no call of it is made. Milliseconds. */
  closed?(ms: number): void;
}
