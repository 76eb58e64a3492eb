package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;

/** The two mappers: the tolerant one of the wire, and the strict one of files. */
final class Json {
  /** Unknown fields are no error. */
  static final ObjectMapper MAPPER = builder(false);

  /** Unknown fields and a field given twice are errors. */
  static final ObjectMapper STRICT = builder(true);

  private Json() {}

  private static ObjectMapper builder(boolean strict) {
    ObjectMapper mapper =
        JsonMapper.builder()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
            .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, true)
            .configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, false)
            .configure(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, false)
            .configure(DeserializationFeature.ACCEPT_FLOAT_AS_INT, false)
            .configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, false)
            .configure(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION, false)
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
            .configure(JsonParser.Feature.AUTO_CLOSE_SOURCE, true)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();
    // Without this a number or a boolean would silently become a text.
    for (CoercionInputShape shape :
        new CoercionInputShape[] {
          CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
        }) {
      mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
    }
    return mapper;
  }
}
