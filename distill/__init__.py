"""From weights to a bundle: the student, its training, export, quantisation and verification."""
