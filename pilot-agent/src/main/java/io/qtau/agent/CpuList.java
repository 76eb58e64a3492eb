package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Numbers of processors as the kernel writes them: {@code 0-3,8}. */
final class CpuList {
  private CpuList() {}

  /**
   * @throws NumberFormatException when it is none
   */
  static List<Integer> parse(String text) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : text.strip().split(",", -1)) {
      if (!range.isEmpty()) {
        String[] ends = range.split("-", 2);
        int last = Integer.parseInt(ends[ends.length - 1]);
        for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
          cpus.add(cpu);
        }
      }
    }
    return cpus;
  }

  /** The list in a file. */
  static List<Integer> read(Path file) throws IOException {
    try {
      return parse(Files.readString(file));
    } catch (NumberFormatException e) {
      throw new IOException(file + " is not a list of processors", e);
    }
  }

  static String text(List<Integer> cpus) {
    return cpus.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
