/**
 * The words of QTau as records, their JSON form, and the names of queues. It knows neither JMS nor
 * a clock nor a file: bytes and names in, values out.
 */
@NullMarked
package io.qtau.protocol;

import org.jspecify.annotations.NullMarked;
