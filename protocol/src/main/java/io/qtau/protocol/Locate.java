package io.qtau.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Where in a JSON text the value of a field stands. */
final class Locate {
  private Locate() {}

  /** The place of the value at {@code path}, else of the innermost object on its way. */
  static JsonLocation valueAt(JsonFactory factory, String json, String path) throws IOException {
    try (JsonParser parser = factory.createParser(json)) {
      parser.nextToken();
      JsonLocation best = parser.currentTokenLocation();
      int bestLength = 0;
      for (JsonToken t = parser.nextToken(); t != null; t = parser.nextToken()) {
        String here = path(parser.getParsingContext(), t);
        if (t != JsonToken.FIELD_NAME
            && !t.isStructEnd()
            && here.length() > bestLength
            && (path.equals(here) || path.startsWith(here + ".") || path.startsWith(here + "["))) {
          best = parser.currentTokenLocation();
          bestLength = here.length();
        }
      }
      return best;
    }
  }

  private static String path(JsonStreamContext context, JsonToken token) {
    JsonStreamContext from = token.isStructStart() ? context.getParent() : context;
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext c = from; c != null && !c.inRoot(); c = c.getParent()) {
      String step =
          c.inArray() ? "[" + c.getCurrentIndex() + "]" : String.valueOf(c.getCurrentName());
      String dot = path.length() > 0 && path.charAt(0) != '[' ? "." : "";
      path.insert(0, step + dot);
    }
    return path.toString();
  }
}
