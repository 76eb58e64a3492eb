package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task as its JSON object has it. Required are {@code kind} and its block ({@code noop} has
 * none); a block of another kind is refused, and so are the fields that are reserved for what is
 * not built yet.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "v",
  "id",
  "name",
  "kind",
  "exec",
  "python",
  "mpi",
  "sleep",
  "resources",
  "pool",
  "priority",
  "timeout_s",
  "deadline",
  "retry",
  "seed",
  "sweep",
  "tags"
})
final class TaskJson {
  static final List<String> FIELDS =
      List.of(
          "v",
          "id",
          "name",
          "kind",
          "exec",
          "python",
          "mpi",
          "sleep",
          "resources",
          "pool",
          "priority",
          "timeout_s",
          "deadline",
          "retry",
          "seed",
          "sweep",
          "tags");
  static final List<String> KINDS = List.of("exec", "python", "mpi", "sleep", "noop");
  private static final Set<String> RESERVED =
      Set.of("after", "group", "owner", "stage_in", "stage_out");

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ExecBlock(
      @Nullable List<String> argv,
      @Nullable Map<String, String> env,
      @Nullable String cwd,
      @Nullable String stdin) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SleepBlock(@Nullable Double seconds) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RetryBlock(
      @JsonProperty("max_attempts") @Nullable Integer maxAttempts,
      @JsonProperty("backoff_s") @Nullable BigDecimal backoffSeconds) {}

  @JsonProperty int v = Properties.CURRENT_VERSION;
  @JsonProperty @Nullable TaskId id;
  @JsonProperty @Nullable String name;
  @JsonProperty @Nullable String kind;
  @JsonProperty @Nullable ExecBlock exec;
  @JsonProperty @Nullable PythonJson python;
  @JsonProperty @Nullable MpiJson mpi;
  @JsonProperty @Nullable SleepBlock sleep;
  @JsonProperty @Nullable ResourcesJson resources;
  @JsonProperty @Nullable Pool pool;
  @JsonProperty @Nullable Priority priority;

  @JsonProperty("timeout_s")
  @Nullable BigDecimal timeoutSeconds;

  @JsonProperty @Nullable String deadline;
  @JsonProperty @Nullable RetryBlock retry;
  @JsonProperty @Nullable Long seed;
  @JsonProperty @Nullable JsonNode sweep;
  @JsonProperty @Nullable Map<String, String> tags;
  private final Map<String, JsonNode> unknown = new LinkedHashMap<>();

  @JsonCreator
  TaskJson() {}

  @JsonAnySetter
  void put(String field, JsonNode value) {
    unknown.put(field, value);
  }

  @JsonAnyGetter
  Map<String, JsonNode> unknown() {
    return unknown;
  }

  static TaskJson of(TaskDescription task) {
    TaskJson json = new TaskJson();
    json.id = task.id();
    json.name = task.name();
    json.kind = task.payload().kind();
    json.writeBlock(task.payload());
    json.resources = ResourcesJson.of(task.resources(), task.payload().usualResources());
    json.pool = task.pool().equals(Pool.SHARED) ? null : task.pool();
    json.priority = task.priority() == Priority.NORMAL ? null : task.priority();
    json.timeoutSeconds = task.timeout() == null ? null : seconds(task.timeout());
    json.deadline = task.deadline() == null ? null : task.deadline().toString();
    json.seed = task.seed();
    json.retry = task.retry().equals(Retry.NONE) ? null : retry(task.retry());
    json.tags = task.tags().isEmpty() ? null : task.tags();
    return json;
  }

  /**
   * @param strict whether an unknown field or kind is an error, as in files, or kept, as on the
   *     wire
   */
  TaskDescription toTask(boolean strict) {
    if (v != Properties.CURRENT_VERSION) {
      throw new InvalidField("v", "version " + v + " is not known; this reads 1");
    }
    if (kind == null) {
      throw new InvalidField("kind", "is missing; it is one of " + String.join(", ", KINDS));
    }
    refuseFields(strict);
    Payload payload = payload(kind, strict);
    Resources usual = payload.usualResources();
    return new TaskDescription(
        id,
        name,
        payload,
        resources == null ? usual : resources.toResources(usual),
        pool == null ? Pool.SHARED : pool,
        priority == null ? Priority.NORMAL : priority,
        timeoutSeconds == null ? null : timeout(timeoutSeconds),
        deadline == null ? null : deadline(deadline),
        retry == null ? Retry.NONE : retry(retry),
        seed,
        tags == null ? Map.of() : tags);
  }

  private void refuseFields(boolean strict) {
    for (String field : unknown.keySet()) {
      if (RESERVED.contains(field)) {
        throw new InvalidField(field, "is reserved; this version of QTau cannot do it yet");
      }
      if (strict) {
        throw new InvalidField(field, "is not a field of a task" + Nearest.hint(field, FIELDS));
      }
    }
  }

  private Payload payload(String kind, boolean strict) {
    refuseOtherBlocks(kind);
    return switch (kind) {
      case "noop" -> new Payload.Noop();
      case "sleep" -> sleep(need(sleep, kind));
      case "exec" -> exec(need(exec, kind));
      case "python" -> need(python, kind).toPayload(sweep);
      case "mpi" -> need(mpi, kind).toPayload();
      default -> custom(kind, strict);
    };
  }

  private void refuseOtherBlocks(String kind) {
    refuse("exec", exec, kind);
    refuse("python", python, kind);
    refuse("mpi", mpi, kind);
    refuse("sleep", sleep, kind);
    if (sweep != null && !kind.equals("python")) {
      throw new InvalidField("sweep", "belongs to tasks of kind 'python'");
    }
  }

  private static void refuse(String block, @Nullable Object value, String kind) {
    if (value != null && !block.equals(kind)) {
      throw new InvalidField(block, "does not belong to a task of kind '" + kind + "'");
    }
  }

  private Payload custom(String kind, boolean strict) {
    if (RESERVED.contains(kind)) {
      throw new InvalidField("kind", "'" + kind + "' is not built yet in this version of QTau");
    }
    if (strict) {
      throw new InvalidField("kind", "'" + kind + "' is not known" + Nearest.hint(kind, KINDS));
    }
    return new Payload.Custom(kind, unknown.getOrDefault(kind, NullNode.getInstance()));
  }

  private static <T> T need(@Nullable T block, String kind) {
    if (block == null) {
      throw new InvalidField(kind, "is missing: a task of kind '" + kind + "' needs this block");
    }
    return block;
  }

  private static Payload sleep(SleepBlock block) {
    if (block.seconds() == null) {
      throw new InvalidField("sleep.seconds", "is missing");
    }
    return new Payload.Sleep(block.seconds());
  }

  private static Payload exec(ExecBlock block) {
    if (block.argv() == null) {
      throw new InvalidField("exec.argv", "is missing");
    }
    return new Payload.Exec(
        block.argv(), block.env() == null ? Map.of() : block.env(), block.cwd(), block.stdin());
  }

  private void writeBlock(Payload payload) {
    if (payload instanceof Payload.Exec p) {
      exec = new ExecBlock(p.argv(), p.env().isEmpty() ? null : p.env(), p.cwd(), p.stdin());
    } else if (payload instanceof Payload.Python p) {
      python = PythonJson.of(p);
      sweep = p.sweep().isNull() ? null : p.sweep();
    } else if (payload instanceof Payload.Mpi p) {
      mpi = MpiJson.of(p);
    } else if (payload instanceof Payload.Sleep p) {
      sleep = new SleepBlock(p.seconds());
    } else if (payload instanceof Payload.Custom p && !p.block().isNull()) {
      unknown.put(p.kind(), p.block());
    }
  }

  private static BigDecimal seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
  }

  private static RetryBlock retry(Retry retry) {
    return new RetryBlock(retry.maxAttempts(), seconds(retry.backoff()));
  }

  private static Retry retry(RetryBlock block) {
    if (block.maxAttempts() == null) {
      throw new InvalidField("retry.max_attempts", "is missing");
    }
    BigDecimal rest = block.backoffSeconds();
    if (rest == null) {
      return new Retry(block.maxAttempts(), Retry.NONE.backoff());
    }
    if (rest.signum() < 0 || rest.compareTo(BigDecimal.valueOf(Retry.LONGEST.toSeconds())) > 0) {
      throw new InvalidField("retry.backoff_s", "must be 0 to 3600, is " + rest);
    }
    return new Retry(block.maxAttempts(), Duration.ofNanos(rest.movePointRight(9).longValue()));
  }

  private static Instant deadline(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new InvalidField(
          "deadline", "'" + text + "' is not an instant such as 2030-12-01T00:00:00Z");
    }
  }

  private static Duration timeout(BigDecimal seconds) {
    if (seconds.signum() <= 0 || seconds.compareTo(BigDecimal.valueOf(1_000_000_000)) > 0) {
      throw new InvalidField("timeout_s", "must be more than 0 and at most 1e9, is " + seconds);
    }
    return Duration.ofNanos(seconds.movePointRight(9).longValue());
  }
}
