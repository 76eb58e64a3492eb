package io.qtau.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The one place that turns records into bytes and back: UTF-8 JSON, version 1. Its readers ignore
 * fields that they do not know; whoever passes a message on passes its bytes on, so that these
 * fields arrive.
 */
public final class WireFormat {
  /** To make them takes a third of an agent's start, which needs none of them. */
  private static final class Tasks {
    static final ObjectReader IN = Json.MAPPER.readerFor(TaskJson.class);
    static final ObjectWriter OUT = Json.MAPPER.writerFor(TaskJson.class);
  }

  /** As above. */
  private static final class Results {
    static final ObjectReader IN = Json.MAPPER.readerFor(TaskResult.class);
    static final ObjectWriter OUT = Json.MAPPER.writerFor(TaskResult.class);
  }

  private WireFormat() {}

  /** Makes ready for tasks and results, so that the first one is not slow. */
  public static void prepare() {
    ObjectReader unused = Tasks.IN;
    ObjectWriter ignored = Results.OUT;
  }

  public static byte[] encode(TaskDescription task) {
    return write(Tasks.OUT, TaskJson.of(task));
  }

  /**
   * Reads a task as its message carries it.
   *
   * @throws MalformedMessage when the bytes are not a task; the message names the field
   */
  public static TaskDescription decodeTask(byte[] bytes) throws MalformedMessage {
    if (bytes.length == 0) {
      throw new MalformedMessage("the body is empty, or neither bytes nor text");
    }
    try {
      TaskJson json = Tasks.IN.readValue(bytes);
      if (json == null) {
        throw new MalformedMessage("the body is null, not a task");
      }
      return json.toTask(false);
    } catch (IOException | InvalidField e) {
      throw malformed(e);
    }
  }

  public static byte[] encode(TaskResult result) {
    return write(Results.OUT, result);
  }

  public static TaskResult decodeResult(byte[] bytes) throws MalformedMessage {
    try {
      return Results.IN.readValue(bytes);
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** Any other record of this package, as an object of its components. */
  public static byte[] encode(Record record) {
    return write(Json.MAPPER.writer(), record);
  }

  /** The reverse of {@link #encode(Record)}. */
  public static <T extends Record> T decode(byte[] bytes, Class<T> type) throws MalformedMessage {
    try {
      return Json.MAPPER.readValue(bytes, type);
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** A record of the table of sessions: the key says which. */
  public static SessionRecord decodeSessionRecord(String key, byte[] bytes)
      throws MalformedMessage {
    if (key.endsWith("/made")) {
      return decode(bytes, SessionRecord.Made.class);
    }
    return key.endsWith("/read")
        ? decode(bytes, SessionRecord.Read.class)
        : decode(bytes, SessionRecord.Sent.class);
  }

  /** A result as one line of JSON, as it stands in {@code results.jsonl}. */
  public static String line(TaskResult result) {
    try {
      ObjectNode node = Json.MAPPER.valueToTree(result);
      return Json.MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MalformedMessage malformed(Exception e) {
    if (e instanceof JsonMappingException mapping) {
      return new MalformedMessage(JsonFault.of(mapping).describe());
    }
    return new MalformedMessage(
        String.valueOf(
            e instanceof JsonProcessingException json
                ? json.getOriginalMessage()
                : e.getMessage()));
  }
}
