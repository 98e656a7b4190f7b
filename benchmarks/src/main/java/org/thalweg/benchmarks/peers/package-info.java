/// Other libraries as peers of the benchmarks: what starts them, and the names of their works.
@NullMarked
package org.thalweg.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
