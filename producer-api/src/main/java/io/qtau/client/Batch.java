package io.qtau.client;

import java.util.List;

/** Tasks that the broker takes together or not at all. */
record Batch(List<Outgoing> tasks, boolean seals) {
  static final Batch SEAL = new Batch(List.of(), true);
  static final int MAX_TASKS = 500;
  static final int MAX_BYTES = 1 << 20;

  Batch {
    tasks = List.copyOf(tasks);
  }

  int size() {
    return tasks.size();
  }

  /** For people: which tasks these are. */
  String describe() {
    return switch (size()) {
      case 0 -> "the seal";
      case 1 -> "the task " + tasks.get(0).id();
      default -> size() + " tasks from " + tasks.get(0).id() + " to " + tasks.get(size() - 1).id();
    };
  }
}
