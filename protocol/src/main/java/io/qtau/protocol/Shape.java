package io.qtau.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The class of resources that a lane's name tells: {@code c<cores>} or {@code call}, then where
 * needed {@code .g<gpus>}, {@code .m<MiB, rounded up to a power of two>}, {@code .n<nodes>}, {@code
 * .k<kind>} and {@code .x<8 hex>} for named resources, which the lane's record tells. Parts of a
 * core or a GPU are in thousandths with an {@code m}. The ledger of an agent reserves the task's
 * own figures.
 */
public record Shape(String text) {
  private static final Set<String> BUILT_IN = Set.of("noop", "sleep", "exec", "python", "mpi");
  private static final Pattern PARSE =
      Pattern.compile(
          "c(all|[1-9][0-9]{0,5}|[1-9][0-9]{0,8}m)(?:\\.g([1-9][0-9]{0,3}|[1-9][0-9]{0,2}m))?"
              + "(?:\\.m([1-9][0-9]{0,9}))?(?:\\.n([1-9][0-9]{0,5}))?"
              + "(?:\\.k([A-Za-z0-9][A-Za-z0-9_-]{0,62}))?(?:\\.x([0-9a-f]{8}))?");
  private static final int CORES = 1;
  private static final int GPUS = 2;
  private static final int MEMORY = 3;
  private static final int NODES = 4;
  private static final int KIND = 5;
  private static final int NAMED = 6;

  /** One core: the lane that always exists. Below the pattern, which checks it. */
  public static final Shape ONE_CORE = new Shape("c1");

  public Shape {
    if (!PARSE.matcher(text).matches()) {
      throw new InvalidField("shape", "'" + text + "' is not a lane's shape (c1, c8.g1, ...)");
    }
  }

  static Shape of(TaskDescription task) {
    Resources needs = task.resources();
    StringBuilder text = new StringBuilder("c");
    text.append(needs.wantsAllCores() ? "all" : thousandths(needs.milliCores()));
    append(text, ".g", needs.milliGpus() != 0, thousandths(needs.milliGpus()));
    append(text, ".m", needs.memoryMb() != 0, roundUp(needs.memoryMb()));
    append(text, ".n", needs.nodes() != 1, needs.nodes());
    String kind = task.payload().kind();
    append(text, ".k", !BUILT_IN.contains(kind), kind);
    append(text, ".x", !needs.named().isEmpty(), hash(needs.named()));
    return new Shape(text.toString());
  }

  /**
   * The cores that a task of this shape occupies, in thousandths; {@link Resources#ALL_CORES} = all
   * that there are.
   */
  public int milliCores() {
    String cores = part(CORES).orElse("1");
    return cores.equals("all") ? Resources.ALL_CORES : milli(cores);
  }

  /** The GPUs that it occupies, in thousandths. */
  public int milliGpus() {
    return part(GPUS).map(Shape::milli).orElse(0);
  }

  /** The most memory that it occupies, in MiB: it occupies more than half of that. 0 = not said. */
  public long memoryMb() {
    return part(MEMORY).map(Long::parseLong).orElse(0L);
  }

  /** On how many nodes. */
  public int nodes() {
    return part(NODES).map(Integer::parseInt).orElse(1);
  }

  /** The kind of its tasks, if that is not a built-in one. */
  public Optional<String> kind() {
    return part(KIND);
  }

  /** Whether it needs named resources; which ones is not in its name. */
  public boolean hasNamed() {
    return part(NAMED).isPresent();
  }

  /** Whether these are the named resources of its name. */
  public boolean names(Map<String, Integer> named) {
    return part(NAMED).map(hash -> hash.equals(hash(named))).orElse(named.isEmpty());
  }

  private Optional<String> part(int group) {
    Matcher matcher = PARSE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalStateException(text);
    }
    return Optional.ofNullable(matcher.group(group));
  }

  private static int milli(String number) {
    return number.endsWith("m")
        ? Integer.parseInt(number.substring(0, number.length() - 1))
        : Integer.parseInt(number) * 1000;
  }

  private static String thousandths(int milli) {
    return milli % 1000 == 0 ? Integer.toString(milli / 1000) : milli + "m";
  }

  private static void append(StringBuilder text, String mark, boolean wanted, Object value) {
    if (wanted) {
      text.append(mark).append(value);
    }
  }

  private static long roundUp(long value) {
    return value <= 1 ? value : Long.highestOneBit(value - 1) << 1;
  }

  private static String hash(Map<String, Integer> named) {
    CRC32 crc = new CRC32();
    crc.update(new TreeMap<>(named).toString().getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }

  @Override
  public String toString() {
    return text;
  }
}
