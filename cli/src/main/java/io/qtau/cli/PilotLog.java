package io.qtau.cli;

import io.qtau.launcher.AgentFiles;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.Launchers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau pilot log}. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description = "Prints what a pilot's agents, and its batch script, have said.")
final class PilotLog implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(names = "--agent", paramLabel = "N", description = "Of this agent only.")
  private @Nullable Integer number;

  @Mixin private final JsonOutput json = new JsonOutput();

  /**
   * What {@code --json} prints for each file that is not empty.
   *
   * @param agent whose it is; null = of the allocation as a whole
   */
  record Said(@Nullable String agent, String file, String text) {}

  PilotLog(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Pilots pilots = new Pilots(console.home(), new Launchers(console.home().pilots()));
    Allocation pilot = pilots.find(console, name);
    for (Said said : all(pilot)) {
      json.print(console, said, "==> " + said.file() + " <==\n" + said.text().stripTrailing());
    }
    return ExitCode.OK.number();
  }

  private List<Said> all(Allocation pilot) throws IOException {
    List<Said> all = new ArrayList<>();
    Path site = pilot.directory().site();
    if (number == null) {
      add(all, null, site.resolve("allocation.out"));
      add(all, null, site.resolve("allocation.err"));
    }
    for (AgentFiles agent : pilot.directory().agents()) {
      if (number == null || number == agent.number()) {
        String own = pilot.name() + "." + agent.number();
        add(all, own, agent.stdout());
        add(all, own, agent.stderr());
      }
    }
    return all;
  }

  private static void add(List<Said> all, @Nullable String agent, Path file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length > 0) {
        all.add(new Said(agent, file.toString(), new String(bytes, StandardCharsets.UTF_8)));
      }
    } catch (NoSuchFileException none) {
      // It has said nothing yet.
    }
  }
}
