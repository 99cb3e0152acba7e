package dev.sluice.control;

class MemoryStoreTest extends StoreContract {
  @Override
  protected Store open() {
    return new MemoryStore();
  }

  @Override
  protected Store again(Store before) {
    return before;
  }
}
