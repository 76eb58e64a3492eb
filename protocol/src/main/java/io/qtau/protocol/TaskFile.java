package io.qtau.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads tasks from a file, strictly: one JSON object a line, or one JSON array of objects. An
 * unknown field, kind or resource, a block of another kind and an id given twice are errors; each
 * is told with its line and column, and reading goes on to find the others.
 */
public final class TaskFile {
  /** So many problems are told; the rest is counted. */
  public static final int MOST_PROBLEMS = 20;

  private static final ObjectReader TASK = Json.STRICT.readerFor(TaskJson.class);
  private static final JsonFactory FACTORY = new JsonFactory();

  /** How the parser begins when it meets NaN or an infinity; it then names a switch of its own. */
  private static final String NOT_A_NUMBER = "Non-standard token";

  private static final String NUMBERS = "NaN and infinities are no JSON numbers";

  /** {@code name:line:column: what is wrong}; lines and columns count from 1. */
  public record Problem(String file, int line, int column, String what) {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column + ": " + what;
    }
  }

  /**
   * What reading found.
   *
   * @param tasks the tasks, in order; not complete when there are problems
   * @param problems the first of what is wrong, in order
   * @param untold how many problems more there are
   */
  public record Contents(List<TaskDescription> tasks, List<Problem> problems, int untold) {}

  private final List<TaskDescription> tasks = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Map<TaskId, String> seen = new HashMap<>();
  private int untold;

  /** Reads another file of the same session: ids are unique over all of them. */
  public void add(String file, Reader reader) throws IOException {
    BufferedReader lines = new BufferedReader(reader);
    int before = tasks.size() + problems.size();
    if (startsWithArray(lines)) {
      addArray(file, lines);
    } else {
      addLines(file, lines);
    }
    if (before == tasks.size() + problems.size()) {
      problem(file, 1, 1, "no task in it");
    }
  }

  /** All that has been read. */
  public Contents contents() {
    return new Contents(List.copyOf(tasks), List.copyOf(problems), untold);
  }

  private static boolean startsWithArray(BufferedReader reader) throws IOException {
    reader.mark(1 << 16);
    int c = reader.read();
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\uFEFF') {
      c = reader.read();
    }
    reader.reset();
    return c == '[';
  }

  private void addLines(String file, BufferedReader reader) throws IOException {
    int number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (!line.isBlank()) {
        addTask(file, number, 1, line);
      }
    }
  }

  private void addArray(String file, Reader reader) throws IOException {
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[1 << 14];
    for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
      text.append(buffer, 0, n);
    }
    try (JsonParser parser = FACTORY.createParser(text.toString())) {
      parser.nextToken();
      for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
        JsonLocation at = parser.currentTokenLocation();
        parser.skipChildren();
        int end = (int) parser.currentLocation().getCharOffset();
        addTask(
            file, at.getLineNr(), at.getColumnNr(), text.substring((int) at.getCharOffset(), end));
      }
      if (parser.nextToken() != null) {
        problem(file, parser.currentTokenLocation(), "text after the array");
      }
    } catch (JsonProcessingException e) {
      problem(file, e.getLocation(), e.getOriginalMessage());
    }
  }

  private void addTask(String file, int line, int column, String json) throws IOException {
    try {
      TaskJson value = TASK.readValue(json);
      if (value == null) {
        problem(file, line, column, "null is not a task");
        return;
      }
      addUnique(file, line, column, json, value.toTask(true));
    } catch (InvalidField e) {
      locate(file, line, column, json, e.path(), String.valueOf(e.getMessage()));
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof JsonParseException broken) {
        notJson(file, line, column, broken); // Within a list or an object, as NaN may be.
        return;
      }
      JsonFault fault = JsonFault.of(e);
      locate(file, line, column, json, fault.path(), fault.describe());
    } catch (JsonProcessingException e) {
      notJson(file, line, column, e);
    }
  }

  private void notJson(String file, int line, int column, JsonProcessingException e) {
    String what =
        e.getOriginalMessage().startsWith(NOT_A_NUMBER) ? NUMBERS : e.getOriginalMessage();
    problem(file, line, column, e.getLocation(), "not JSON: " + what);
  }

  private void addUnique(String file, int line, int column, String json, TaskDescription task)
      throws IOException {
    TaskId id = task.id();
    String before = id == null ? null : seen.putIfAbsent(id, file + ":" + line);
    if (before != null) {
      locate(file, line, column, json, "id", "id: '" + id + "' was already given at " + before);
      return;
    }
    tasks.add(task);
  }

  private void locate(String file, int line, int column, String json, String path, String what)
      throws IOException {
    problem(file, line, column, Locate.valueAt(FACTORY, json, path), what);
  }

  /** A place in a task's text, as the file counts. */
  private void problem(String file, int line, int column, JsonLocation at, String what) {
    int row = at.getLineNr();
    problem(
        file, line + row - 1, row == 1 ? column + at.getColumnNr() - 1 : at.getColumnNr(), what);
  }

  private void problem(String file, JsonLocation at, String what) {
    problem(file, at.getLineNr(), at.getColumnNr(), what);
  }

  private void problem(String file, int line, int column, String what) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(new Problem(file, line, column, what));
    } else {
      untold++;
    }
  }
}
