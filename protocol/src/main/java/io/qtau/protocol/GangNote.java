package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What agents of one pilot say to each other of programs on several of their nodes. Notes are not
 * durable, and either side may be without the broker for a moment: whatever has to be known is said
 * again, and means the same as when it is said once.
 *
 * @param gang which program; null = the note is of the agent
 * @param total all that the sender has; of {@code HERE}
 * @param free what of that no task occupies; of {@code HERE}
 * @param part what is wanted; of {@code RESERVE}
 * @param place what was given; of {@code GRANTED}, and of what the same part says from then on
 * @param text a command of {@code START}, or the reason of {@code FAILED} or {@code EXCEEDED}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GangNote(
    AgentName from,
    Word word,
    @Nullable String gang,
    @Nullable Capacity total,
    @Nullable Capacity free,
    @Nullable Part part,
    @Nullable Place place,
    @Nullable String text) {
  /** What is said. */
  public enum Word {
    /** I am the head of this pilot. */
    HEAD,
    /** I am here, and have so much; to the head. */
    HERE,
    /** I leave, and take no part in anything new. */
    BYE,
    /** Keep so many slots as they fall free, and tell when you have them; from the head. */
    RESERVE,
    /** Keep on; from the head, again and again. */
    KEEP,
    /** Keep on, and run this command once, as if I had logged in; from the head. */
    START,
    /** End all processes of it, and have your slots back; from the head. */
    RELEASE,
    /** The slots are kept, and here they are. */
    GRANTED,
    /** I keep on. */
    HOLDS,
    /** I keep on, but it cannot be done here; in place of {@code HOLDS} from then on. */
    FAILED,
    /** I keep on, but it uses more memory here than it may; as {@code FAILED}. */
    EXCEEDED,
    /** I have nothing of it, and nothing of it runs here. */
    RELEASED
  }

  /**
   * A part of a program: what it occupies on one node.
   *
   * @param mark what its processes carry in their environment
   * @param directory the working directory of its ranks, to be made; null = it is there
   */
  public record Part(
      SessionName session,
      TaskId id,
      int attempt,
      @JsonProperty("milli_cores") int milliCores,
      @JsonProperty("milli_gpus") int milliGpus,
      @JsonProperty("memory_mb") long memoryMb,
      Map<String, Integer> named,
      String mark,
      @Nullable String directory) {
    public Part {
      named = named == null ? Map.of() : Map.copyOf(named);
    }
  }

  /**
   * Slots of a node.
   *
   * @param node what launchers call it
   * @param cpus its processors for the program; empty = it is not bound
   * @param gpus the ids of its GPUs for the program
   * @param hasGpus whether it has any, whoever may use them
   */
  public record Place(
      String node,
      List<Integer> cpus,
      List<String> gpus,
      @JsonProperty("has_gpus") boolean hasGpus) {
    public Place {
      cpus = cpus == null ? List.of() : List.copyOf(cpus);
      gpus = gpus == null ? List.of() : List.copyOf(gpus);
    }
  }

  /** A word about a program, or about the agent itself. */
  public static GangNote of(AgentName from, Word word, @Nullable String gang) {
    return new GangNote(from, word, gang, null, null, null, null, null);
  }

  public static GangNote here(AgentName from, Capacity total, Capacity free) {
    return new GangNote(from, Word.HERE, null, total, free, null, null, null);
  }

  public static GangNote reserve(AgentName from, String gang, Part part) {
    return new GangNote(from, Word.RESERVE, gang, null, null, part, null, null);
  }

  public static GangNote granted(AgentName from, String gang, Place place) {
    return new GangNote(from, Word.GRANTED, gang, null, null, null, place, null);
  }

  /**
   * A part goes on.
   *
   * @param place null = its slots are not all there yet
   * @param problem why it is of no use; null = it is well
   */
  public static GangNote goesOn(
      AgentName from, String gang, @Nullable Place place, @Nullable String problem) {
    Word word = problem == null ? Word.HOLDS : Word.FAILED;
    return new GangNote(from, word, gang, null, null, null, place, problem);
  }

  /** A part goes on, and must not. */
  public static GangNote exceeded(AgentName from, String gang, String words) {
    return new GangNote(from, Word.EXCEEDED, gang, null, null, null, null, words);
  }

  /** What a part has to run. */
  public static GangNote start(AgentName from, String gang, String command) {
    return new GangNote(from, Word.START, gang, null, null, null, null, command);
  }
}
