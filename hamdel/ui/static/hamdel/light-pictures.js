// Pictures are made small before they are sent: a page with six of them has to come quickly over a bad line. What a camera
// wrote into the file, the place among it, is gone with it. Without this script the server says how large one may be.
async function lighter(file, side, most) {
  const picture = await createImageBitmap(file);
  const share = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * share), height: Math.round(picture.height * share) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.85, 0.7, 0.5, 0.3]) {
    const made = await new Promise((done) => canvas.toBlob(done, "image/webp", quality));
    if (made?.type === "image/webp" && made.size < Math.min(file.size, most)) return new File([made], file.name.replace(/\.\w+$/, "") + ".webp", { type: made.type });
  }
  return file;
}

document.addEventListener("submit", async (event) => {
  const form = event.target, file = form.matches?.("[data-light]") && form.querySelector("input[type=file]").files[0];
  // A GIF may move, which a canvas would end.
  if (!file || file.type === "image/gif" || event.submitter?.value === "remove") return;
  event.preventDefault();
  const sent = new DataTransfer(), [side, most] = form.dataset.light.split(" ").map(Number);
  // What is no picture after all is sent as it is: the server says so.
  sent.items.add(await lighter(file, side, most).catch(() => file));
  form.querySelector("input[type=file]").files = sent.files;
  form.submit();
});
