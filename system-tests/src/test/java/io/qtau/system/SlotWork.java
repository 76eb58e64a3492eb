package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.MpiLauncher;
import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.Resources;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Real programs of three widths that note what they occupy: tasks of one core, of all cores of a
 * node, and MPI programs on all cores of all nodes. The wide ones come in portions, while narrow
 * ones wait.
 */
final class SlotWork {
  static final int NODES = 4;
  static final int CORES = 8;

  static final String NARROW = "narrow";
  static final String WIDE = "wide";
  static final String GANG = "gang";

  private static final Path SOURCE = Path.of("src/test/resources/slots/occupy.c").toAbsolutePath();
  private static final MpiLayout ALL = new MpiLayout(NODES, 1, CORES, 0);
  private static final int MEAN_MILLIS = Integer.getInteger("qtau.slots.millis", 300);

  private final Path notes;
  private final String alone;
  private final String together;
  private final int narrow;
  private final int wide;
  private final int gangs;

  /**
   * @param narrow how many of one core
   */
  SlotWork(Path directory, int narrow) throws Exception {
    notes = directory.resolve("notes");
    alone = compile(directory, "gcc", "-DALONE");
    together = compile(directory, "mpicc.mpich");
    this.narrow = narrow;
    wide = Math.max(20, narrow / 200);
    gangs = Math.max(3, narrow / 2000);
  }

  private static String compile(Path directory, String... compiler) throws Exception {
    String program = directory.resolve("occupy-" + compiler[0]).toString();
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(List.of("-O1", "-o", program, SOURCE.toString()));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(compiler[0]).isZero();
    return program;
  }

  Path notes() {
    return notes;
  }

  int tasks() {
    return narrow + wide + gangs;
  }

  /** How many processes there are of them. */
  int processes() {
    return narrow + wide + gangs * NODES;
  }

  int portions() {
    return gangs;
  }

  /** The one that is due when so many results are there; the last is due with a fifth to go. */
  int due(int results) {
    return Math.min(portions(), 1 + results * portions() * 5 / (tasks() * 4));
  }

  /** All narrow ones, and the first portion of the wide ones between them. */
  List<TaskDescription> first() {
    List<TaskDescription> tasks = new ArrayList<>();
    for (int i = 0; i < narrow; i++) {
      tasks.add(program(NARROW, i, 1));
    }
    List<TaskDescription> between = portion(0);
    for (int i = 0; i < between.size(); i++) {
      tasks.add((i + 1) * narrow / (between.size() + 1), between.get(i));
    }
    return tasks;
  }

  /** A gang, and its share of those of one node. */
  List<TaskDescription> portion(int number) {
    List<TaskDescription> tasks = new ArrayList<>();
    for (int i = number; i < wide; i += portions()) {
      tasks.add(program(WIDE, i, CORES));
    }
    List<String> argv = List.of(together, notes.toString(), Integer.toString(MEAN_MILLIS));
    tasks.add(
        tasks.size() / 2,
        MpiPrograms.task(ALL, MpiLauncher.AUTO, Map.of(), argv)
            .id(GANG + number)
            .name(GANG)
            .build());
    return tasks;
  }

  /** Two to four thirds of the mean long, so that those that begin at once do not end at once. */
  private TaskDescription program(String name, int i, int cores) {
    int millis = MEAN_MILLIS * (200 + i * 37 % 201) / 300;
    return TaskDescription.exec(alone, notes.toString(), Integer.toString(millis))
        .id(name + i)
        .name(name)
        .resources(Resources.cores(cores))
        .build();
  }
}
