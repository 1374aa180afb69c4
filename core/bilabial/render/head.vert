attribute vec3 position;
attribute vec3 normal;
attribute vec3 colour;
attribute vec4 look;
attribute vec3 more;
uniform mat4 view;
varying vec3 v_point;
varying vec3 v_normal;
varying vec3 v_colour;
varying vec4 v_look;
varying vec3 v_more;

void main() {
  v_point = position;
  v_normal = normal;
  v_colour = colour;
  v_look = look;
  v_more = more;
  gl_Position = view * vec4(position, 1.0);
}
