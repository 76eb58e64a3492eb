package io.qtau.collector;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;

/** Results as bytes, checked for what the collector cannot do without. */
final class ResultBytes {
  private ResultBytes() {}

  /**
   * @throws MalformedMessage when it is no result, or one without key, kind, status or timeline
   */
  static TaskResult decode(byte[] bytes) throws MalformedMessage {
    TaskResult result = WireFormat.decodeResult(bytes);
    // Jackson leaves what is missing null, whatever the record's annotations say.
    if (result == null) {
      throw new MalformedMessage("the body is null, not a result");
    }
    require("session", result.session());
    require("id", result.id());
    require("kind", result.kind());
    require("status", result.status());
    require("timeline", result.timeline());
    return result;
  }

  private static void require(String field, Object value) throws MalformedMessage {
    if (value == null) {
      throw new MalformedMessage(field + ": is missing");
    }
  }

  /** One line without its newline. */
  static byte[] encode(TaskResult result) {
    return WireFormat.encode(result);
  }
}
