package io.qtau.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The class of resources that a lane's name tells: {@code c<cores>}, then where needed {@code
 * .g<gpus>}, {@code .m<MiB, rounded up to a power of two>}, {@code .n<nodes>}, {@code .k<kind>} and
 * {@code .x<8 hex>} for named resources. The ledger of an agent reserves the task's own figures.
 */
public record Shape(String text) {
  private static final Set<String> BUILT_IN = Set.of("noop", "sleep", "exec", "python");
  private static final Pattern PARSE =
      Pattern.compile(
          "c([1-9][0-9]{0,5}|[1-9][0-9]{0,8}m)(\\.g[1-9][0-9]{0,3})?(\\.m[1-9][0-9]{0,9})?"
              + "(\\.n[1-9][0-9]{0,5})?(\\.k[A-Za-z0-9][A-Za-z0-9_-]{0,62})?(\\.x[0-9a-f]{8})?");

  /** One core: the lane that always exists. Below the pattern, which checks it. */
  public static final Shape ONE_CORE = new Shape("c1");

  public Shape {
    if (!PARSE.matcher(text).matches()) {
      throw new InvalidField("shape", "'" + text + "' is not a lane's shape (c1, c8.g1, ...)");
    }
  }

  static Shape of(TaskDescription task) {
    Resources needs = task.resources();
    StringBuilder text = new StringBuilder("c").append(cores(needs.milliCores()));
    append(text, ".g", needs.gpus(), 0);
    append(text, ".m", roundUp(needs.memoryMb()), 0);
    append(text, ".n", needs.nodes(), 1);
    if (!BUILT_IN.contains(task.payload().kind())) {
      text.append(".k").append(task.payload().kind());
    }
    if (!needs.named().isEmpty()) {
      text.append(".x").append(hash(needs.named()));
    }
    return new Shape(text.toString());
  }

  /** The cores that a task of this shape occupies, in thousandths. */
  public int milliCores() {
    Matcher matcher = PARSE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalStateException(text);
    }
    String cores = matcher.group(1);
    return cores.endsWith("m")
        ? Integer.parseInt(cores.substring(0, cores.length() - 1))
        : Integer.parseInt(cores) * 1000;
  }

  /** What it needs beside cores, in words: {@code 2 GPUs}. Empty for cores of one node alone. */
  public List<String> beyondCores() {
    return Arrays.stream(text.split("\\.")).skip(1).map(Shape::words).toList();
  }

  private static String words(String part) {
    String value = part.substring(1);
    return switch (part.charAt(0)) {
      case 'g' -> value + (value.equals("1") ? " GPU" : " GPUs");
      case 'm' -> value + " MiB of memory";
      case 'n' -> value + " nodes";
      case 'k' -> "the kind '" + value + "'";
      default -> "named resources";
    };
  }

  private static String cores(int milliCores) {
    return milliCores % 1000 == 0 ? Integer.toString(milliCores / 1000) : milliCores + "m";
  }

  private static void append(StringBuilder text, String mark, long value, long unsaid) {
    if (value != unsaid) {
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
