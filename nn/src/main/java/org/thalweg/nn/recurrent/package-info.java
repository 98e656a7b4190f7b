/// Recurrent networks: cells, and the layer that carries them along time.
@NullMarked
package org.thalweg.nn.recurrent;

import org.jspecify.annotations.NullMarked;
