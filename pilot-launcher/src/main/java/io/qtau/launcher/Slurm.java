package io.qtau.launcher;

import io.qtau.templates.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Slurm's commands. Tried with 22.05; what {@code slurm.sh} needs is in 20.11 and later. */
final class Slurm implements Scheduler {
  private static final Pattern ID = Pattern.compile("([0-9]+)(;.*)?");
  private static final Pattern PREFIX = Pattern.compile("(?m)^(sbatch|scancel): (error: )?");
  private static final int LEAD_SECONDS = 60;

  /** A user who sets one of these says how tasks lie on nodes. */
  private static final Set<String> SIZE =
      Set.of("-n", "--ntasks", "--ntasks-per-node", "-c", "--cpus-per-task", "--ntasks-per-gpu");

  private static final Set<String> MEMORY = Set.of("--mem", "--mem-per-cpu", "--mem-per-gpu");

  @Override
  public String name() {
    return "Slurm";
  }

  @Override
  public Templates script() {
    return Templates.SLURM;
  }

  @Override
  public List<String> submit(PilotRequest request, String directory) {
    List<String> argv = new ArrayList<>(List.of("sbatch", "--parsable"));
    argv.add("--job-name=qtau-" + request.name());
    argv.add("--chdir=" + directory);
    argv.add("--output=" + pattern(directory + "/allocation.out"));
    argv.add("--error=" + pattern(directory + "/allocation.err"));
    argv.addAll(
        List.of("--no-kill", "--no-requeue", "--signal=B:TERM@" + lead(request.walltime())));
    size(argv, request);
    BatchOptions batch = request.batch();
    add(argv, "--time=", request.walltime() == null ? null : minutes(request.walltime()));
    add(argv, "--partition=", batch.queue());
    add(argv, "--account=", batch.project());
    add(argv, "--qos=", batch.qos());
    add(argv, "--reservation=", batch.reservation());
    add(argv, "--constraint=", batch.constraint());
    argv.addAll(batch.options());
    argv.add(directory + "/" + script().fileName());
    argv.add(directory);
    return argv;
  }

  private static void size(List<String> argv, PilotRequest request) {
    List<String> options = request.batch().options();
    argv.add("--nodes=" + request.nodes());
    if (!names(options, SIZE)) {
      argv.add("--ntasks-per-node=1");
      add(argv, "--cpus-per-task=", request.cores());
    }
    if (request.cores() == null) {
      argv.add("--exclusive");
      if (!names(options, MEMORY)) {
        argv.add("--mem=0");
      }
    }
    add(argv, "--gpus-per-node=", request.gpus());
  }

  /** Whether one of these options is among the words; a short one may have its value behind it. */
  private static boolean names(List<String> words, Set<String> options) {
    return words.stream()
        .map(word -> word.startsWith("--") ? word.split("=", 2)[0] : word)
        .map(word -> word.matches("-[a-zA-Z].+") ? word.substring(0, 2) : word)
        .anyMatch(options::contains);
  }

  private static void add(List<String> argv, String option, @Nullable Object value) {
    if (value != null) {
      argv.add(option + value);
    }
  }

  private static long minutes(Duration walltime) {
    return walltime.toMinutes();
  }

  /** Seconds before the end; a short allocation must not begin with its own farewell. */
  private static long lead(@Nullable Duration walltime) {
    return walltime == null ? LEAD_SECONDS : Math.min(LEAD_SECONDS, walltime.toSeconds() / 10);
  }

  /** A path that names itself: {@code %} and backslash have a meaning there. */
  static String pattern(String path) {
    return path.replace("\\", "\\\\").replace("%", "\\%");
  }

  @Override
  public String submitted(Host.Ended ended) throws NoAnswer {
    if (ended.code() == 0) {
      List<String> lines = ended.out().lines().toList();
      Matcher id = ID.matcher(lines.isEmpty() ? "" : lines.get(lines.size() - 1).strip());
      if (id.matches()) {
        return id.group(1);
      }
    }
    throw new NoAnswer(words(ended));
  }

  private static String words(Host.Ended ended) {
    return PREFIX.matcher(Scheduler.words(ended)).replaceAll("");
  }

  @Override
  public List<String> query(List<String> ids) {
    return List.of(
        "squeue",
        "--noheader",
        "--states=all",
        "--format=%A|%T|%r", // Id, state, reason: the last may hold anything.
        "--jobs=" + String.join(",", ids));
  }

  @Override
  public Map<String, AllocationState> answered(Host.Ended ended) throws NoAnswer {
    // Said when none of them is known.
    if (ended.code() != 0 && !ended.err().contains("Invalid job id specified")) {
      throw new NoAnswer(words(ended));
    }
    Map<String, AllocationState> states = new LinkedHashMap<>();
    ended
        .out()
        .lines()
        .map(line -> line.strip().split("\\|", 3))
        .filter(field -> field.length == 3)
        .forEach(field -> states.put(field[0], state(field[1], field[2])));
    return states;
  }

  @Override
  public Optional<List<String>> history(List<String> ids) {
    return Optional.of(
        List.of(
            "sacct",
            "--noheader",
            "--parsable2",
            "--allocations",
            "--format=JobIDRaw,State,ExitCode",
            "--jobs=" + String.join(",", ids)));
  }

  @Override
  public Map<String, AllocationState> remembered(Host.Ended ended) {
    Map<String, AllocationState> states = new LinkedHashMap<>();
    ended
        .out()
        .lines()
        .map(line -> line.strip().split("\\|", 3))
        .filter(field -> field.length == 3)
        .forEach(field -> states.put(field[0], state(field[1], "exit code " + field[2])));
    return states;
  }

  /**
   * @param state a word, and for a cancelled one in the history also by whom
   */
  private static AllocationState state(String state, String reason) {
    String why = reason.equals("None") || reason.isEmpty() ? null : reason;
    String said = why == null || why.equals(state) ? state : state + ": " + why;
    return switch (state.split(" ", 2)[0]) {
      case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD" ->
          new AllocationState(AllocationState.Phase.PENDING, why);
      case "RUNNING", "COMPLETING", "RESIZING", "SIGNALING", "STAGE_OUT" ->
          new AllocationState(AllocationState.Phase.RUNNING, null);
      case "SUSPENDED", "STOPPED" -> new AllocationState(AllocationState.Phase.RUNNING, said);
      case "COMPLETED" -> new AllocationState(AllocationState.Phase.DONE, null);
      case "TIMEOUT" -> new AllocationState(AllocationState.Phase.DONE, "its walltime is over");
      case "CANCELLED", "REVOKED" -> new AllocationState(AllocationState.Phase.CANCELED, said);
      case "FAILED", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY" ->
          new AllocationState(AllocationState.Phase.FAILED, said);
      case "NODE_FAIL", "PREEMPTED" -> new AllocationState(AllocationState.Phase.LOST, said);
      default -> new AllocationState(AllocationState.Phase.UNKNOWN, "Slurm says " + said);
    };
  }

  @Override
  public Optional<List<String>> askToLeave(String id) {
    return Optional.of(List.of("scancel", "--batch", "--signal=TERM", id));
  }

  @Override
  public List<String> cancel(String id) {
    return List.of("scancel", id);
  }
}
