#ifdef GL_ES
precision highp float;
#endif
varying vec3 v_point;
varying vec3 v_normal;
varying vec3 v_colour;
varying vec4 v_look;  // gloss, sharpness, softness, rim
varying vec3 v_more;  // clearness, sparkle, inside the mouth
uniform vec3 eye;
uniform vec3 right;   // the camera's axes: lights stand by the camera
uniform vec3 up;
uniform vec3 backward;
uniform vec3 lips;    // a point between the lips: light inside the mouth comes from there
uniform vec4 tint;    // a ghost's colour and strength

vec3 world(vec3 direction) {
  return normalize(direction.x * right + direction.y * up + direction.z * backward);
}

vec3 diffuse(vec3 normal, vec3 towards, float softness) {
  vec3 wrap = softness * vec3(0.55, 0.32, 0.24);
  return max((dot(normal, towards) + wrap) / (1.0 + wrap), 0.0);
}

float shine(vec3 normal, vec3 view, vec3 towards, float sharpness) {
  return pow(max(dot(normal, normalize(view + towards)), 0.0), sharpness);
}

void main() {
  vec3 normal = normalize(v_normal);
  vec3 view = normalize(eye - v_point);
  vec3 key = world(vec3(-0.55, 0.6, 0.62));
  vec3 fill = world(vec3(0.85, 0.1, 0.45));
  vec3 behind = world(vec3(0.75, 0.45, -0.6));
  vec3 key_colour = vec3(1.0, 0.93, 0.84);
  vec3 fill_colour = vec3(0.30, 0.36, 0.44);

  // Inside the mouth less light arrives the deeper a point lies behind the lips (y runs backwards).
  float depth = clamp((v_point.y - lips.y) / 0.034, 0.0, 1.0);
  float open = mix(1.0, 0.94 - 0.80 * depth, v_more.z);
  // Under the chin and behind the jaw the head shades itself.
  float under = clamp(-normal.z, 0.0, 1.0);
  open *= 1.0 - 0.35 * under * (1.0 - v_more.x);

  float upward = (normal.z + 1.0) * 0.5;
  vec3 ambient = mix(vec3(0.26, 0.21, 0.19), vec3(0.36, 0.38, 0.42), upward);
  vec3 light = ambient * open;
  light += diffuse(normal, key, v_look.z) * key_colour * (0.25 + 0.75 * open) * mix(1.0, open, v_more.z);
  light += diffuse(normal, fill, v_look.z) * fill_colour * open;
  vec3 picture = pow(v_colour, vec3(1.0 + 0.6 * (1.0 - open))) * light;
  picture += v_look.x * open * key_colour
    * (shine(normal, view, key, v_look.y) + 0.35 * shine(normal, view, fill, v_look.y));
  vec3 lamp = world(vec3(-0.34, 0.42, 0.84));
  float spot = clamp((dot(normal, normalize(view + lamp)) - 0.9890) / 0.0040, 0.0, 1.0);
  picture += spot * v_more.y * min(1.0, open * 1.6);
  float facing = 1.0 - clamp(dot(normal, view), 0.0, 1.0);
  float edge = facing * facing * facing * clamp(dot(normal, behind) + 0.35, 0.0, 1.0) * v_look.w;
  picture += edge * vec3(1.0, 0.98, 0.95) * (0.35 + 0.65 * v_colour);

  picture = max(picture, 0.0);
  picture = picture * (1.0 + picture / 6.0) / (1.0 + picture);
  picture = clamp(picture * 1.72, 0.0, 1.0);
  picture = pow(picture, vec3(1.0 / 2.2));
  gl_FragColor = vec4(mix(picture, tint.rgb, tint.a), 1.0);
}
