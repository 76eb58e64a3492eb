package io.qtau.cli;

import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tasks of all files of a command: one session. */
final class TaskInput {
  private static final String STDIN = "-";

  private final Console console;
  private final List<String> files;
  private final List<Integer> ends = new ArrayList<>();
  private byte[] stdin = {};
  private List<TaskDescription> tasks = List.of();

  private TaskInput(Console console, List<String> files) {
    this.console = console;
    this.files = files;
  }

  /**
   * Reads all of them.
   *
   * @throws CommandFailed when a file is missing or anything in one is wrong: all problems, one a
   *     line
   */
  static TaskInput read(Console console, List<String> files) throws IOException {
    TaskInput input = new TaskInput(console, files);
    input.read();
    return input;
  }

  private void read() throws IOException {
    TaskFile reader = new TaskFile();
    int count = 0;
    for (String file : files) {
      try (InputStream in = open(file)) {
        reader.add(file, new InputStreamReader(in, StandardCharsets.UTF_8));
      }
      count = files.size() == 1 ? 0 : reader.contents().tasks().size();
      ends.add(count);
    }
    TaskFile.Contents contents = reader.contents();
    refuse(contents);
    tasks = contents.tasks();
    ends.set(ends.size() - 1, tasks.size());
  }

  private InputStream open(String file) throws IOException {
    if (file.equals(STDIN)) {
      stdin = stdin.length == 0 ? console.in().readAllBytes() : stdin;
      return new ByteArrayInputStream(stdin);
    }
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(file);
    }
    if (Files.isDirectory(path)) {
      throw new CommandFailed(ExitCode.BAD_INPUT, file + ": is a directory, not a file of tasks");
    }
    return Files.newInputStream(path);
  }

  private static void refuse(TaskFile.Contents contents) {
    if (contents.problems().isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    contents.problems().forEach(problem -> lines.add(problem.toString()));
    if (contents.untold() > 0) {
      lines.add("and " + contents.untold() + " more");
    }
    lines.add("nothing was submitted");
    throw new CommandFailed(ExitCode.BAD_INPUT, String.join(System.lineSeparator(), lines));
  }

  List<TaskDescription> tasks() {
    return tasks;
  }

  /**
   * Refuses tasks for a reason of the command's own.
   *
   * @param objection says what is wrong with a task; null = nothing
   * @throws CommandFailed when there is an objection: with the lines of the first twenty
   */
  void check(Function<TaskDescription, @Nullable String> objection) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < tasks.size() && lines.size() < TaskFile.MOST_PROBLEMS; i++) {
      String wrong = objection.apply(tasks.get(i));
      if (wrong != null) {
        lines.add(place(i) + ": " + wrong);
      }
    }
    if (!lines.isEmpty()) {
      lines.add("nothing was submitted");
      throw new CommandFailed(ExitCode.BAD_INPUT, String.join(System.lineSeparator(), lines));
    }
  }

  /** {@code file:line:column} of a task; only asked when something is wrong, so it reads again. */
  private String place(int task) throws IOException {
    int file = 0;
    while (ends.get(file) <= task) {
      file++;
    }
    int number = task - (file == 0 ? 0 : ends.get(file - 1));
    String name = files.get(file);
    try (InputStream in = open(name)) {
      return name + ":" + TaskLines.place(in.readAllBytes(), number);
    }
  }
}
