package io.qtau.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.protocol.InvalidField;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PBS's commands. OpenPBS and PBS Pro select by chunks and answer in JSON; Torque, and Slurm's
 * commands of the same names, count nodes and answer in text.
 */
final class Pbs implements Scheduler {
  /** Tells the two apart: only OpenPBS and PBS Pro know this option. */
  static final List<String> VERSION = List.of("qstat", "--version");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ID = Pattern.compile("[0-9]+(\\.\\S+)?");
  private static final Pattern PREFIX = Pattern.compile("(?m)^(qsub|qstat|qdel): ");
  private static final Pattern ATTRIBUTE = Pattern.compile("\\s+([A-Za-z_.]+) = (.*)");
  private static final Pattern JOB = Pattern.compile("Job Id:\\s*(\\S+)");

  /** What a command of Torque's kind may hand to a shell: no value of ours may mean anything. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:=@+/%^-]+");

  // Exit statuses of qstat that are answers: an unknown id, a finished one, among others or alone.
  private static final int UNKNOWN_ID = 153;
  private static final int FINISHED = 35;
  // Exit_status of an allocation: 256 + the signal that ended it; negative: PBS's own reasons.
  private static final int BY_SIGNAL = 256;
  private static final int TERM = 15;
  private static final int KILL = 9;
  private static final int WALLTIME = -29;

  private final boolean open;

  /**
   * @param version what {@link #VERSION} said
   */
  Pbs(Host.Ended version) {
    open = version.code() == 0 && version.out().contains("pbs_version");
  }

  @Override
  public String name() {
    return "PBS";
  }

  @Override
  public Templates script() {
    return Templates.PBS;
  }

  /** The directory is where qsub is called: PBS passes no arguments to a script. */
  @Override
  public List<String> submit(PilotRequest request, String directory) {
    BatchOptions batch = request.batch();
    List<String> argv = new ArrayList<>(List.of("env", "--chdir=" + directory, "qsub"));
    argv.addAll(List.of("-N", "qtau-" + request.name(), "-r", "n"));
    argv.addAll(List.of("-o", "allocation.out", "-e", "allocation.err"));
    argv.addAll(List.of("-l", open ? chunks(request) : nodes(request)));
    if (open) {
      argv.addAll(List.of("-l", request.cores() == null ? "place=scatter:excl" : "place=scatter"));
    }
    if (request.walltime() != null) {
      argv.addAll(List.of("-l", "walltime=" + clock(request.walltime())));
    }
    add(argv, "-q", "queue", queue(batch));
    add(argv, "-A", "project", batch.project());
    refuse("qos", batch.qos());
    refuse("constraint", batch.constraint());
    batch.options().forEach(option -> plain("scheduler_script_commands", option));
    argv.addAll(batch.options());
    argv.add(script().fileName());
    return argv;
  }

  /** A reservation of PBS is a queue. */
  private static @Nullable String queue(BatchOptions batch) {
    if (batch.reservation() != null && batch.queue() != null) {
      throw new InvalidField(
          "queue", "'" + batch.queue() + "' is one too many: a reservation of PBS is a queue");
    }
    return batch.reservation() != null ? batch.reservation() : batch.queue();
  }

  private static String chunks(PilotRequest request) {
    return "select="
        + request.nodes()
        + (request.cores() == null ? "" : ":ncpus=" + request.cores())
        + (request.gpus() == null ? "" : ":ngpus=" + request.gpus())
        + ":mpiprocs=1";
  }

  private static String nodes(PilotRequest request) {
    return "nodes="
        + request.nodes()
        + (request.cores() == null ? "" : ":ppn=" + request.cores())
        + (request.gpus() == null ? "" : ":gpus=" + request.gpus());
  }

  private static String clock(Duration walltime) {
    return "%02d:%02d:00".formatted(walltime.toHours(), walltime.toMinutesPart());
  }

  private static void add(List<String> argv, String option, String field, @Nullable String value) {
    if (value != null) {
      argv.addAll(List.of(option, plain(field, value)));
    }
  }

  private static String plain(String field, String value) {
    if (!PLAIN.matcher(value).matches()) {
      throw new InvalidField(field, "'" + value + "' has characters that PBS's commands misread");
    }
    return value;
  }

  private static void refuse(String field, @Nullable String value) {
    if (value != null) {
      throw new InvalidField(field, "PBS has none; an option of its own may say the same");
    }
  }

  @Override
  public String submitted(Host.Ended ended) throws NoAnswer {
    String out = ended.out().strip();
    if (ended.code() == 0 && ID.matcher(out).matches()) {
      return out;
    }
    throw new NoAnswer(words(ended));
  }

  private static String words(Host.Ended ended) {
    return PREFIX.matcher(Scheduler.words(ended)).replaceAll("");
  }

  @Override
  public List<String> query(List<String> ids) {
    List<String> argv = new ArrayList<>(List.of("qstat", "-f"));
    if (open) {
      argv.addAll(List.of("-x", "-F", "json"));
    }
    argv.addAll(ids);
    return argv;
  }

  @Override
  public Map<String, AllocationState> answered(Host.Ended ended) throws NoAnswer {
    boolean answer = ended.code() == 0 || ended.code() == UNKNOWN_ID || ended.code() == FINISHED;
    if (!answer) {
      throw new NoAnswer(words(ended));
    }
    Map<String, AllocationState> states = new LinkedHashMap<>();
    (open ? json(ended.out()) : text(ended.out()))
        .forEach((id, attributes) -> states.put(id, state(attributes)));
    return states;
  }

  private static Map<String, Map<String, String>> json(String out) throws NoAnswer {
    Map<String, Map<String, String>> jobs = new LinkedHashMap<>();
    try {
      JsonNode answer = JSON.readTree(out);
      for (var job : answer.path("Jobs").properties()) {
        Map<String, String> attributes = new LinkedHashMap<>();
        job.getValue().properties().forEach(a -> attributes.put(a.getKey(), a.getValue().asText()));
        jobs.put(job.getKey(), attributes);
      }
      return jobs;
    } catch (IOException e) {
      throw new NoAnswer("qstat's JSON cannot be read: " + e.getMessage());
    }
  }

  /** Of an attribute that seems to come twice the first counts: values may hold such lines. */
  private static Map<String, Map<String, String>> text(String out) {
    Map<String, Map<String, String>> jobs = new LinkedHashMap<>();
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String line : out.lines().toList()) {
      Matcher job = JOB.matcher(line);
      Matcher attribute = ATTRIBUTE.matcher(line);
      if (job.lookingAt()) {
        attributes = new LinkedHashMap<>();
        jobs.put(job.group(1), attributes);
      } else if (attribute.matches()) {
        attributes.putIfAbsent(attribute.group(1), attribute.group(2));
      }
    }
    return jobs;
  }

  private static AllocationState state(Map<String, String> job) {
    String state = String.valueOf(job.get("job_state"));
    String comment = job.get("comment");
    return switch (state) {
      case "Q", "H", "W", "T", "M" ->
          new AllocationState(AllocationState.Phase.PENDING, pending(state, comment));
      case "R", "E", "B" -> new AllocationState(AllocationState.Phase.RUNNING, null);
      case "S", "U" -> new AllocationState(AllocationState.Phase.RUNNING, "suspended");
      case "F", "C", "X" -> ended(exit(job), comment);
      default -> new AllocationState(AllocationState.Phase.UNKNOWN, "PBS says " + state);
    };
  }

  private static @Nullable String pending(String state, @Nullable String comment) {
    if (comment != null) {
      return comment;
    }
    return state.equals("H") ? "held" : null;
  }

  private static @Nullable String exit(Map<String, String> job) {
    String exit = job.get("Exit_status");
    return exit == null ? job.get("exit_status") : exit;
  }

  private static AllocationState ended(@Nullable String exit, @Nullable String comment) {
    int status;
    try {
      status = Integer.parseInt(String.valueOf(exit).strip());
    } catch (NumberFormatException untold) {
      return new AllocationState(AllocationState.Phase.LOST, comment);
    }
    return switch (status) {
      case 0 -> new AllocationState(AllocationState.Phase.DONE, null);
      case WALLTIME -> new AllocationState(AllocationState.Phase.DONE, "its walltime is over");
      case BY_SIGNAL + TERM, BY_SIGNAL + KILL ->
          new AllocationState(AllocationState.Phase.CANCELED, comment);
      default ->
          new AllocationState(
              AllocationState.Phase.FAILED,
              comment == null ? "exit status " + status : comment + ": exit status " + status);
    };
  }

  /** It sends TERM first: {@code pbs.sh} passes that on. */
  @Override
  public List<String> cancel(String id) {
    return List.of("qdel", id);
  }
}
