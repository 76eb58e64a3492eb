package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The limits that control groups set to the memory of this process, of either version: schedulers
 * and containers set them, and the kernel ends processes beyond them. Each group that holds the own
 * one counts, too.
 *
 * @param membership as {@code /proc/self/cgroup}: {@code 0::/path} of version 2, {@code
 *     4:memory,…:/path} of version 1
 * @param mounts where the groups are: version 2 here or in {@code unified}, version 1 in {@code
 *     memory}
 */
record CgroupMemory(Path membership, Path mounts) {
  private static final String VERSION_2 = "memory.max";
  private static final String VERSION_1 = "memory.limit_in_bytes";

  static CgroupMemory own() {
    return new CgroupMemory(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
  }

  /** The least of these limits, in MiB; empty = there is none, or the kernel does not tell. */
  OptionalLong limitMb() {
    try {
      long least = Long.MAX_VALUE;
      for (String line : Files.readAllLines(membership)) {
        String[] fields = line.split(":", 3);
        if (fields.length == 3) {
          least = Math.min(least, least(fields[1], fields[2]));
        }
      }
      return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least >> 20);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private long least(String controllers, String group) {
    if (controllers.isEmpty()) {
      return Math.min(
          least(mounts, group, VERSION_2), least(mounts.resolve("unified"), group, VERSION_2));
    }
    return Arrays.asList(controllers.split(",", -1)).contains("memory")
        ? least(mounts.resolve("memory"), group, VERSION_1)
        : Long.MAX_VALUE;
  }

  /** From a group up to the root, which in a container has the container's limit. */
  private static long least(Path root, String group, String file) {
    Path at = root.resolve(group.replaceFirst("^/+", "")).normalize();
    long least = bytes(root.resolve(file));
    while (at.startsWith(root) && !at.equals(root)) {
      least = Math.min(least, bytes(at.resolve(file)));
      at = at.resolveSibling("").normalize();
    }
    return least;
  }

  /** What has no limit says {@code max}, or in version 1 more than there can be. */
  private static long bytes(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.isEmpty() ? Long.MAX_VALUE : Long.parseLong(lines.get(0).strip());
    } catch (IOException | NumberFormatException noLimit) {
      return Long.MAX_VALUE;
    }
  }
}
