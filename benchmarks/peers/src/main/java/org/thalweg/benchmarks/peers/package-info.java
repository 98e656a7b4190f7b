/// Other libraries on the JVM as peers of the benchmarks.
@NullMarked
package org.thalweg.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
