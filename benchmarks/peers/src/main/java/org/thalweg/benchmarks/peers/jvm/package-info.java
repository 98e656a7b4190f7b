/// Libraries on the JVM that share a class path.
@NullMarked
package org.thalweg.benchmarks.peers.jvm;

import org.jspecify.annotations.NullMarked;
