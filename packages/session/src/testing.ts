// Entry point `@carryover/session/testing`: the contract that every store must pass, as a suite for Vitest.
export { describeSessionStore, type StoreUnderTest } from "./testing/session-store.contract.ts";
