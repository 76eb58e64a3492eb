package io.qtau.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Finds the n-th task of a file of tasks that is known to be good. */
final class TaskLines {
  private static final JsonFactory FACTORY = new JsonFactory();

  private TaskLines() {}

  /**
   * Where it stands.
   *
   * @param content a file of lines, or one array
   * @param number which task, from 0
   * @return {@code line:column} of the object, both from 1
   */
  static String place(byte[] content, int number) throws IOException {
    String text = new String(content, StandardCharsets.UTF_8);
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    try (JsonParser parser = FACTORY.createParser(text.substring(start))) {
      boolean array = parser.nextToken() == JsonToken.START_ARRAY;
      if (array) {
        parser.nextToken();
      }
      for (int i = 0; i < number; i++) {
        parser.skipChildren();
        parser.nextToken();
      }
      JsonLocation at = parser.currentTokenLocation();
      return at.getLineNr() + ":" + at.getColumnNr();
    }
  }
}
