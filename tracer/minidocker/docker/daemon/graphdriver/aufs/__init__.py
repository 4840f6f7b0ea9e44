"""Layers are directories; the kernel joins them in a union mount.

layers/<id>  the ids of all layers below, nearest first
diff/<id>    the layer's own files
mnt/<id>     where the layer is seen together with all below it
"""
